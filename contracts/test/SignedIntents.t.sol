// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ResourceRegistry} from "../ResourceRegistry.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Domain, deadline, signature and nonces, seen through the registration of a resource.
contract SignedIntentsTest is Fixture {
    uint256 private constant NONCE = 7;
    uint64 private constant DEADLINE = START + 1 hours;

    // Domain.

    function test_the_domain_has_all_five_fields() public view {
        (bytes1 fields, , string memory version, , , , uint256[] memory extensions) = _resources.eip712Domain();
        vm.assertEq(uint8(fields), 0x1f, "fields");
        vm.assertEq(version, "1", "version");
        vm.assertEq(extensions.length, 0, "extensions");
        _checkDomain(_resources, "Muhr ResourceRegistry");
        _checkDomain(_grants, "Muhr AccessGrants");
        _checkDomain(_anchors, "Muhr CheckpointAnchor");
    }

    function test_the_digest_is_that_of_another_implementation() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        bytes32 digest = vm.eip712HashTypedData(_json(stated));
        vm.assertEq(digest, _typedDigest(_domainOf(_resources), _structHash(stated, NONCE, DEADLINE)), "digest");
        _registerSigned(_sign(REGISTRAR_KEY, digest));
    }

    function test_a_deployment_without_a_salt_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.SaltIsZero.selector));
        new ResourceRegistry(_stewards, _licenses, _anchors, 0);
    }

    function test_a_signature_for_another_name_is_refused() public {
        Domain memory domain = _domainOf(_resources);
        domain.name = "Muhr AccessGrants";
        _checkRefused(domain);
    }

    function test_a_signature_for_another_version_is_refused() public {
        Domain memory domain = _domainOf(_resources);
        domain.version = "2";
        _checkRefused(domain);
    }

    function testFuzz_a_signature_for_another_chain_is_refused(uint256 chainId) public {
        Domain memory domain = _domainOf(_resources);
        vm.assume(chainId != domain.chainId);
        domain.chainId = chainId;
        _checkRefused(domain);
    }

    function testFuzz_a_signature_for_another_contract_is_refused(address other) public {
        Domain memory domain = _domainOf(_resources);
        vm.assume(other != domain.verifyingContract);
        domain.verifyingContract = other;
        _checkRefused(domain);
    }

    function testFuzz_a_signature_for_another_salt_is_refused(bytes32 salt) public {
        Domain memory domain = _domainOf(_resources);
        vm.assume(salt != domain.salt);
        domain.salt = salt;
        _checkRefused(domain);
    }

    function testFuzz_after_a_fork_only_the_new_chain_counts(uint64 chainId) public {
        Domain memory before = _domainOf(_resources);
        vm.assume(chainId != before.chainId && chainId != 0);
        vm.chainId(chainId);
        vm.assertEq(_domainOf(_resources).chainId, chainId, "chain id");
        _checkRefused(before);
        _registerSigned(_signature());
    }

    // Deadline.

    function test_a_deadline_of_this_second_is_met() public {
        testFuzz_a_deadline_is_met_up_to_its_second(block.timestamp);
    }

    function test_a_deadline_of_a_day_is_met() public {
        testFuzz_a_deadline_is_met_up_to_its_second(block.timestamp + 24 hours);
    }

    function test_a_deadline_of_a_second_ago_is_over() public {
        testFuzz_a_deadline_that_is_over_is_refused(block.timestamp - 1);
    }

    function test_a_deadline_of_a_day_and_a_second_is_too_far() public {
        testFuzz_a_deadline_of_more_than_a_day_is_refused(block.timestamp + 24 hours + 1);
    }

    function testFuzz_a_deadline_is_met_up_to_its_second(uint256 deadline) public {
        uint64 met = uint64(_bound(deadline, block.timestamp, block.timestamp + 24 hours));
        bytes memory signature = _signatureUntil(met);
        _registerUntil(met, signature);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).state, 1, "state");
    }

    function testFuzz_a_deadline_that_is_over_is_refused(uint256 deadline) public {
        uint64 over = uint64(_bound(deadline, 0, block.timestamp - 1));
        bytes memory signature = _signatureUntil(over);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, over, block.timestamp));
        _registerUntil(over, signature);
    }

    function testFuzz_a_deadline_of_more_than_a_day_is_refused(uint256 deadline) public {
        uint64 latest = uint64(block.timestamp) + 24 hours;
        uint64 far = uint64(_bound(deadline, latest + 1, type(uint64).max));
        bytes memory signature = _signatureUntil(far);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.IntentDeadlineTooFar.selector, far, latest));
        _registerUntil(far, signature);
    }

    // Signature.

    function test_anyone_may_send_it() public {
        bytes memory signature = _signature();
        vm.prank(STRANGER);
        _registerSigned(signature);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).registrar, REGISTRAR, "registrar");
    }

    function test_a_signature_with_the_high_s_is_refused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(REGISTRAR_KEY, _digest());
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        _checkRefused(abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27));
    }

    function testFuzz_v_is_27_or_28(uint8 v) public {
        (uint8 good, bytes32 r, bytes32 s) = vm.sign(REGISTRAR_KEY, _digest());
        vm.assume(v != good);
        _checkRefused(abi.encodePacked(r, s, v));
        _checkRefused(abi.encodePacked(r, s, good - 27));
    }

    function test_a_compact_signature_is_refused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(REGISTRAR_KEY, _digest());
        _checkRefused(abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255)));
    }

    function testFuzz_a_signature_has_exactly_65_bytes(uint256 length, bytes memory tail) public {
        vm.assume(tail.length > 0);
        bytes memory good = _signature();
        bytes memory cut = new bytes(_bound(length, 0, 64));
        for (uint256 i = 0; i < cut.length; ++i) {
            cut[i] = good[i];
        }
        _checkRefused(cut);
        _checkRefused(bytes.concat(good, tail));
    }

    function test_each_single_bit_of_a_signature_counts() public {
        bytes memory signature = _signature();
        for (uint256 i = 0; i < 520; ++i) {
            bytes1 bit = bytes1(uint8(1 << (i % 8)));
            signature[i / 8] ^= bit;
            _checkRefused(signature);
            signature[i / 8] ^= bit;
        }
        _registerSigned(signature);
    }

    function testFuzz_the_signature_of_another_key_is_refused(uint256 key) public {
        key = _bound(key, 1, type(uint128).max);
        vm.assume(key != REGISTRAR_KEY);
        _checkRefused(_sign(key, _digest()));
    }

    function testFuzz_nobody_signs_for_the_zero_address(bytes memory signature) public {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(0)));
        _resources.registerBySignature(
            _stated(DIGEST),
            IIntentNonces.Authorization({signer: address(0), nonce: NONCE, deadline: DEADLINE, signature: signature})
        );
    }

    // Nonces.

    function test_an_intent_counts_once() public {
        bytes memory signature = _signature();
        _registerSigned(signature);
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, NONCE));
        _registerSigned(signature);
    }

    function test_a_nonce_counts_for_all_intents_of_a_signer() public {
        _registerSigned(_signature());
        IResourceRegistry.Registration memory other = _stated(keccak256("other"));
        IIntentNonces.Authorization memory given = _authorization(
            DEADLINE,
            _signFor(_resources, REGISTRAR_KEY, _structHash(other, NONCE, DEADLINE))
        );
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, NONCE));
        _resources.registerBySignature(other, given);
    }

    function test_an_intent_that_is_refused_uses_no_nonce() public {
        _register(DIGEST);
        bytes memory signature = _signature();
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceAlreadyRegistered.selector, DIGEST, STEWARD));
        _registerSigned(signature);
        vm.assertEq(_resources.nonceBitmap(REGISTRAR, 0), 0, "bitmap");
    }

    function test_nonces_of_one_word_are_used_in_any_order() public {
        testFuzz_nonces_are_used_in_any_order(511, 256);
    }

    function testFuzz_nonces_are_used_in_any_order(uint256 first, uint256 second) public {
        vm.assume(first != second);
        vm.prank(STRANGER);
        _resources.invalidateNonce(first);
        vm.assertEq(_resources.nonceBitmap(STRANGER, first >> 8), 1 << (first % 256), "bitmap");
        vm.prank(STRANGER);
        _resources.invalidateNonce(second);
        vm.assertTrue((_resources.nonceBitmap(STRANGER, second >> 8) >> (second % 256)) & 1 == 1, "bit");
        vm.assertTrue((_resources.nonceBitmap(STRANGER, first >> 8) >> (first % 256)) & 1 == 1, "bit");
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, STRANGER, first));
        vm.prank(STRANGER);
        _resources.invalidateNonce(first);
    }

    function test_a_signer_takes_back_an_intent_that_is_not_yet_sent() public {
        bytes memory signature = _signature();
        vm.prank(REGISTRAR);
        _resources.invalidateNonce(NONCE);
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, NONCE));
        _registerSigned(signature);
    }

    function test_a_stranger_uses_up_no_nonce_but_his_own() public {
        bytes memory signature = _signature();
        vm.prank(STRANGER);
        _resources.invalidateNonce(NONCE);
        _registerSigned(signature);
    }

    function _digest() private view returns (bytes32) {
        return _typedDigest(_domainOf(_resources), _structHash(_stated(DIGEST), NONCE, DEADLINE));
    }

    function _signature() private view returns (bytes memory) {
        return _sign(REGISTRAR_KEY, _digest());
    }

    function _registerSigned(bytes memory signature) private {
        _registerUntil(DEADLINE, signature);
    }

    function _registerUntil(uint64 deadline, bytes memory signature) private {
        _resources.registerBySignature(_stated(DIGEST), _authorization(deadline, signature));
    }

    function _authorization(
        uint64 deadline,
        bytes memory signature
    ) private view returns (IIntentNonces.Authorization memory) {
        return IIntentNonces.Authorization({signer: REGISTRAR, nonce: NONCE, deadline: deadline, signature: signature});
    }

    function _structHash(
        IResourceRegistry.Registration memory stated,
        uint256 nonce,
        uint64 deadline
    ) private view returns (bytes32) {
        return keccak256(bytes.concat(_registerMembers(stated), abi.encode(REGISTRAR, nonce, deadline)));
    }

    function _signatureUntil(uint64 deadline) private view returns (bytes memory) {
        return _signFor(_resources, REGISTRAR_KEY, _structHash(_stated(DIGEST), NONCE, deadline));
    }

    function _checkRefused(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, REGISTRAR));
        _registerSigned(signature);
    }

    function _checkRefused(Domain memory domain) private {
        bytes32 structHash = _structHash(_stated(DIGEST), NONCE, DEADLINE);
        _checkRefused(_sign(REGISTRAR_KEY, _typedDigest(domain, structHash)));
    }

    function _checkDomain(ISignedIntents target, string memory name) private view {
        Domain memory domain = _domainOf(target);
        vm.assertEq(domain.name, name, "name");
        vm.assertEq(domain.chainId, block.chainid, "chain id");
        vm.assertEq(domain.verifyingContract, address(target), "verifying contract");
        vm.assertEq(domain.salt, SALT, "salt");
    }

    function _json(IResourceRegistry.Registration memory stated) private view returns (string memory) {
        string memory types = string.concat(
            '"types":{"EIP712Domain":[',
            _field("string", "name"),
            ",",
            _field("string", "version"),
            ",",
            _field("uint256", "chainId"),
            ",",
            _field("address", "verifyingContract"),
            ",",
            _field("bytes32", "salt"),
            '],"Register":[',
            _registerFields(),
            "]}"
        );
        string memory domain = string.concat(
            '"domain":{"name":"Muhr ResourceRegistry","version":"1","chainId":',
            vm.toString(block.chainid),
            ',"verifyingContract":"',
            vm.toString(address(_resources)),
            '","salt":"',
            vm.toString(SALT),
            '"}'
        );
        return
            string.concat("{", types, ',"primaryType":"Register",', domain, ',"message":', _jsonMessage(stated), "}");
    }

    function _registerFields() private pure returns (string memory fields) {
        fields = string.concat(
            _field("bytes32", "digest"),
            ",",
            _field("bytes32", "steward"),
            ",",
            _field("bytes32", "license"),
            ",",
            _field("uint8", "cidCodec"),
            ",",
            _field("bytes32", "cidDigest")
        );
        fields = string.concat(
            fields,
            ",",
            _field("bytes32", "metadata"),
            ",",
            _field("address", "signer"),
            ",",
            _field("uint256", "nonce"),
            ",",
            _field("uint64", "deadline")
        );
    }

    function _jsonMessage(IResourceRegistry.Registration memory stated) private view returns (string memory message) {
        message = string.concat(
            '{"digest":"',
            vm.toString(stated.digest),
            '","steward":"',
            vm.toString(stated.steward),
            '","license":"',
            vm.toString(stated.license),
            '","cidCodec":',
            vm.toString(uint256(stated.cidCodec)),
            ',"cidDigest":"',
            vm.toString(stated.cidDigest)
        );
        message = string.concat(
            message,
            '","metadata":"',
            vm.toString(stated.metadata),
            '","signer":"',
            vm.toString(REGISTRAR),
            '","nonce":',
            vm.toString(NONCE),
            ',"deadline":',
            vm.toString(uint256(DEADLINE)),
            "}"
        );
    }

    function _field(string memory kind, string memory name) private pure returns (string memory) {
        return string.concat('{"name":"', name, '","type":"', kind, '"}');
    }
}
