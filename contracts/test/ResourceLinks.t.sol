// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Several resources that follow one, and links that are taken back.
contract ResourceLinksTest is Fixture {
    uint8 private constant VERSION = 1;
    uint8 private constant CORRECTION = 2;
    uint8 private constant TRANSLATION = 3;
    uint8 private constant RENDITION = 4;

    bytes32 private constant SECOND = keccak256("second edition");
    bytes32 private constant THIRD = keccak256("third edition");

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        _register(SECOND);
        _register(THIRD);
    }

    // translations

    function test_a_resource_is_translated_often_and_superseded_all_the_same() public {
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceSuperseded(DIGEST, STEWARD, SECOND, TRANSLATION);
        _point(DIGEST, SECOND, TRANSLATION);
        _checkState(DIGEST, 1, 0, 0);
        _point(DIGEST, THIRD, TRANSLATION);
        _point(DIGEST, THIRD, VERSION);
        _checkState(DIGEST, 2, VERSION, THIRD);
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, SECOND, TRANSLATION), 1, "a translation");
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, THIRD, TRANSLATION), 1, "another");
        vm.assertEq(_resources.linkState(DIGEST, OTHER_STEWARD, SECOND, TRANSLATION), 0, "of another steward");
        _checkAllEventsCounted(_resources);
    }

    function test_what_is_superseded_is_translated_and_so_is_its_translation() public {
        _point(DIGEST, SECOND, VERSION);
        _point(DIGEST, THIRD, TRANSLATION);
        _point(THIRD, DIGEST, TRANSLATION);
        _checkState(DIGEST, 2, VERSION, SECOND);
        _checkState(THIRD, 1, 0, 0);
    }

    function test_a_translation_is_stated_once() public {
        _point(DIGEST, SECOND, TRANSLATION);
        _expectRefused(
            abi.encodeWithSelector(IResourceRegistry.ResourceAlreadySuperseded.selector, DIGEST, STEWARD, SECOND)
        );
        _resources.supersede(DIGEST, STEWARD, SECOND, TRANSLATION);
    }

    function test_a_resource_does_not_translate_itself_nor_what_is_withdrawn() public {
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.SuccessorIsSame.selector, DIGEST));
        _resources.supersede(DIGEST, STEWARD, DIGEST, TRANSLATION);
        _withdraw(SECOND);
        bytes memory refusal = abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, SECOND, STEWARD);
        _expectRefused(refusal);
        _resources.supersede(DIGEST, STEWARD, SECOND, TRANSLATION);
        _expectRefused(refusal);
        _resources.supersede(SECOND, STEWARD, DIGEST, TRANSLATION);
    }

    // takeBack

    function testFuzz_a_wrong_successor_is_taken_back_and_the_right_one_named(uint8 relation) public {
        relation = uint8(_bound(relation, VERSION, CORRECTION));
        _point(DIGEST, SECOND, relation);
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.LinkTakenBack(DIGEST, STEWARD, SECOND, relation);
        _takeBack(DIGEST, SECOND, relation);
        _checkState(DIGEST, 1, 0, 0);
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, SECOND, relation), 2, "taken back");
        _point(DIGEST, THIRD, relation);
        _checkState(DIGEST, 2, relation, THIRD);
        _checkAllEventsCounted(_resources);
    }

    function test_of_several_links_the_one_named_is_taken_back() public {
        _point(DIGEST, SECOND, TRANSLATION);
        _point(DIGEST, THIRD, TRANSLATION);
        _point(DIGEST, SECOND, VERSION);
        _takeBack(DIGEST, SECOND, TRANSLATION);
        _checkState(DIGEST, 2, VERSION, SECOND);
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, SECOND, TRANSLATION), 2, "taken back");
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, THIRD, TRANSLATION), 1, "stands");
        vm.assertEq(_resources.linkState(DIGEST, STEWARD, SECOND, VERSION), 1, "in another relation");
    }

    function test_a_rendition_that_was_declared_wrongly_is_one_of_another_original() public {
        vm.prank(REGISTRAR);
        _resources.declareRendition(DIGEST, STEWARD, SECOND);
        _takeBack(DIGEST, SECOND, RENDITION);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).original, 0, "no original");
        vm.assertEq(_standing(DIGEST), 1, "of its own");
        vm.prank(REGISTRAR);
        _resources.declareRendition(DIGEST, STEWARD, THIRD);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).original, THIRD, "the right original");
        vm.assertEq(_standing(DIGEST), 2, "a rendition");
    }

    function testFuzz_a_link_that_was_taken_back_is_not_made_again(uint8 relation) public {
        relation = uint8(_bound(relation, VERSION, RENDITION));
        _point(DIGEST, SECOND, relation);
        _takeBack(DIGEST, SECOND, relation);
        _expectRefused(_ofLink(IResourceRegistry.LinkWasTakenBack.selector, SECOND, relation));
        if (relation == RENDITION) {
            _resources.declareRendition(DIGEST, STEWARD, SECOND);
        } else {
            _resources.supersede(DIGEST, STEWARD, SECOND, relation);
        }
    }

    function testFuzz_a_link_that_does_not_stand_is_not_taken_back(uint8 relation, bytes32 other) public {
        _point(DIGEST, SECOND, VERSION);
        vm.assume(relation != VERSION || other != SECOND);
        _expectRefused(_ofLink(IResourceRegistry.LinkNotFound.selector, other, relation));
        _resources.takeBack(DIGEST, STEWARD, other, relation);
    }

    function test_a_link_is_taken_back_once() public {
        _point(DIGEST, SECOND, VERSION);
        _takeBack(DIGEST, SECOND, VERSION);
        _expectRefused(_ofLink(IResourceRegistry.LinkNotFound.selector, SECOND, VERSION));
        _resources.takeBack(DIGEST, STEWARD, SECOND, VERSION);
    }

    function test_what_is_superseded_no_more_may_take_its_successors_place() public {
        _point(DIGEST, SECOND, VERSION);
        _takeBack(DIGEST, SECOND, VERSION);
        _point(SECOND, DIGEST, VERSION);
        _checkState(SECOND, 2, VERSION, DIGEST);
    }

    function test_a_link_to_what_was_withdrawn_is_taken_back_and_one_from_it_stays() public {
        _point(DIGEST, SECOND, VERSION);
        _point(SECOND, THIRD, VERSION);
        _withdraw(SECOND);
        _takeBack(DIGEST, SECOND, VERSION);
        _checkState(DIGEST, 1, 0, 0);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, SECOND, STEWARD));
        _resources.takeBack(SECOND, STEWARD, THIRD, VERSION);
    }

    function testFuzz_who_is_no_registrar_takes_nothing_back(address caller) public {
        vm.assume(caller != REGISTRAR);
        _point(DIGEST, SECOND, VERSION);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _resources.takeBack(DIGEST, STEWARD, SECOND, VERSION);
    }

    function test_a_suspended_steward_takes_nothing_back() public {
        _point(DIGEST, SECOND, VERSION);
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        _expectRefused(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _resources.takeBack(DIGEST, STEWARD, SECOND, VERSION);
    }

    function _point(bytes32 digest, bytes32 other, uint8 relation) private {
        vm.prank(REGISTRAR);
        if (relation == RENDITION) {
            _resources.declareRendition(digest, STEWARD, other);
        } else {
            _resources.supersede(digest, STEWARD, other, relation);
        }
    }

    function _takeBack(bytes32 digest, bytes32 other, uint8 relation) private {
        vm.prank(REGISTRAR);
        _resources.takeBack(digest, STEWARD, other, relation);
    }

    function _withdraw(bytes32 digest) private {
        vm.prank(REGISTRAR);
        _resources.withdraw(digest, STEWARD, 3);
    }

    function _expectRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
    }

    function _ofLink(bytes4 selector, bytes32 other, uint8 relation) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, DIGEST, STEWARD, other, relation);
    }

    function _checkState(bytes32 digest, uint8 state, uint8 relation, bytes32 successor) private view {
        IResourceRegistry.RegistrationState memory kept = _resources.registration(digest, STEWARD);
        vm.assertEq(kept.registrar, REGISTRAR, "registrar");
        vm.assertEq(kept.registeredAt, block.timestamp, "registered at");
        vm.assertEq(kept.state, state, "state");
        vm.assertEq(kept.relation, relation, "relation");
        vm.assertEq(kept.successor, successor, "successor");
    }

    /// @dev Returns the highest byte of a registration's storage slot.
    function _standing(bytes32 digest) private view returns (uint256) {
        uint256 ofDigest = uint256(keccak256(abi.encode(digest, uint256(3))));
        return uint256(vm.load(address(_resources), keccak256(abi.encode(STEWARD, ofDigest)))) >> 248;
    }
}
